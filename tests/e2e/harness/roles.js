// Visible elements of a role below a scope, with the name that assistive technology would read.
// Arguments: the scope's selector, the role. Answer: [{ element, name }].
const [scope, role] = arguments;
const selectors = {
  alert: "[role=alert]",
  button: "button:not([role]), [role=button], input[type=button], input[type=submit]",
  checkbox: "input[type=checkbox]:not([role])",
  heading: "h1, h2, h3, h4, h5, h6, [role=heading]",
  link: "a[href]",
  menuitemradio: "[role=menuitemradio]",
  progressbar: "progress, [role=progressbar]",
  radio: "input[type=radio]",
  switch: "[role=switch]",
};
const text = (node) => {
  if (node.nodeType === Node.TEXT_NODE) return node.data;
  if (node.nodeType !== Node.ELEMENT_NODE || node.hidden || node.getAttribute("aria-hidden") === "true") return "";
  if (node.hasAttribute("aria-label")) return node.getAttribute("aria-label");
  if (node.localName === "img") return node.alt;
  return [...node.childNodes].map(text).join("");
};
const name = (element) => {
  if (element.hasAttribute("aria-label")) return element.getAttribute("aria-label");
  const ids = (element.getAttribute("aria-labelledby") ?? "").split(/\s+/).filter(Boolean);
  if (ids.length > 0) return ids.map((id) => text(document.getElementById(id))).join(" ");
  if (element.labels?.length > 0) return [...element.labels].map(text).join(" ");
  return text(element);
};
const roots = scope === "" ? [document] : [...document.querySelectorAll(scope)];
return roots
  .flatMap((root) => [...root.querySelectorAll(selectors[role])])
  .filter((element) => element.checkVisibility({ visibilityProperty: true }))
  .map((element) => ({ element, name: name(element).replace(/\s+/g, " ").trim() }));
