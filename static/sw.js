// The worker's wiring. It decides one thing, whether an event is ours; everything else is Rust.
const KINORA = __KINORA__;
importScripts(KINORA.glue);
const origins = [location.origin, ...KINORA.origins];
let life = null; // one instance of the wasm, and the promise that fails when it traps

async function load() {
  let code = await caches.match(KINORA.wasm);
  if (!code) {
    code = await fetch(KINORA.wasm);
    const shell = await caches.open(`kinora-shell-${KINORA.version}`);
    await shell.put(KINORA.wasm, code.clone());
  }
  const instance = kinora();
  await instance({ module_or_path: code });
  instance.startWorker(JSON.stringify(KINORA));
  return instance;
}

function end(error) {
  if (!(error instanceof WebAssembly.RuntimeError)) return;
  life?.trap(error);
  life = null;
}

function call(name, ...values) {
  if (!life) {
    let trap;
    const trapped = new Promise((_, reject) => { trap = reject; });
    const born = { trap, trapped, instance: load() };
    trapped.catch(() => {});
    born.instance.catch(() => { if (life === born) life = null; });
    life = born;
  }
  const work = life.instance.then(instance => instance[name](...values));
  work.catch(end);
  return Promise.race([work, life.trapped]);
}

function isOurs({ method, mode, url }) {
  const { origin, pathname } = new URL(url);
  if (method !== 'GET' || !origins.includes(origin)) return false;
  return origin !== location.origin || mode === 'navigate' || /^\/(assets|media)\/|^\/manifest\./.test(pathname);
}

addEventListener('error', event => end(event.error));
addEventListener('unhandledrejection', event => end(event.reason));
for (const name of ['install', 'activate']) addEventListener(name, event => event.waitUntil(call(name)));
addEventListener('message', event => event.waitUntil(call('message', event.data)));
for (const kind of ['success', 'fail', 'abort', 'click'])
  addEventListener(`backgroundfetch${kind}`, event => event.waitUntil(call('background', kind, event)));
addEventListener('fetch', event => {
  if (isOurs(event.request)) event.respondWith(call('fetch', event).catch(() => fetch(event.request)));
});
