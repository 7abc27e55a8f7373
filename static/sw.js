// The worker's wiring. It decides one thing, whether an event is ours; everything else is Rust.
const KINORA = __KINORA__;
importScripts(KINORA.glue);
const origins = [location.origin, ...KINORA.origins];
let life = null; // one instance of the wasm, and who waits for it should it trap

async function load() {
  let code = await caches.match(KINORA.wasm);
  if (!code) {
    code = await fetch(KINORA.wasm);
    if (!code.ok) throw new Error(`${KINORA.wasm} answered ${code.status}`);
    const shell = await caches.open(`kinora-shell-${KINORA.version}`);
    await shell.put(KINORA.wasm, code.clone()).catch(() => {});
  }
  const instance = kinora();
  await instance({ module_or_path: code });
  instance.startWorker(JSON.stringify(KINORA));
  return instance;
}

function end(error) {
  if (!(error instanceof WebAssembly.RuntimeError)) return;
  life?.waiting.forEach(fail => fail(error));
  life = null;
}

async function call(name, ...values) {
  const mine = life ??= { instance: load(), waiting: new Set() };
  let fail;
  const trapped = new Promise((_, reject) => mine.waiting.add(fail = reject));
  try {
    const work = mine.instance.then(instance => instance[name](...values));
    return await Promise.race([work, trapped]);
  } catch (error) {
    end(error);
    mine.instance.catch(() => { if (life === mine) life = null; });
    throw error;
  } finally {
    mine.waiting.delete(fail);
  }
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
