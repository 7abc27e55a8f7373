try {
  const theme = localStorage.getItem("kinora-theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {}
