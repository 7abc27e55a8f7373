// The page's wiring: starts the wasm, where everything else is.
const page = kinora();
page({ module_or_path: document.currentScript.dataset.wasm }).then(() => page.startPage());
