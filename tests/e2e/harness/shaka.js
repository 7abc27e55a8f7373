// What Shaka Player's own parsers make of a manifest: every file, or range of one, that it would ask
// for to play any of its streams. Its debug build keeps the names that this needs.
const [root, documents] = given;
shaka.polyfill.installAll();
shaka.log?.setLevel(shaka.log.Level.NONE);

// A segment index with one entry, for files that do not exist.
const index = new DataView(new ArrayBuffer(44));
[44, 0x73696478, 0, 1, 1000, 0, 0, 1, 1000, 1000, 0x90000000].forEach((value, at) => index.setUint32(4 * at, value));
// What can be decrypted, but for its first block, with every initialisation vector and a key of zeros.
const zeros = new Uint8Array(16);
const key = await crypto.subtle.importKey('raw', zeros, 'AES-CBC', false, ['encrypt']);
const encrypted = await crypto.subtle.encrypt({ name: 'AES-CBC', iv: zeros }, key, index);

const file = (uri) => {
  if (documents[uri] !== undefined) return [new TextEncoder().encode(documents[uri]).buffer, ''];
  if (uri.endsWith('.key')) return [zeros.buffer, ''];
  return uri.endsWith('.ts') ? [encrypted, 'video/mp2t'] : [index.buffer, 'video/mp4'];
};
const answer = (uri) => {
  const [data, type] = file(uri);
  return shaka.util.AbortableOperation.completed({ uri, originalUri: uri, data, headers: { 'content-type': type } });
};
if (Object.keys(documents).length > 0) shaka.net.NetworkingEngine.registerScheme('https', answer);

const configuration = shaka.util.PlayerConfiguration.createDefault();
const networkingEngine = new shaka.net.NetworkingEngine();
networkingEngine.configure(configuration.networking);
const nothing = () => {};
const player = {
  networkingEngine,
  modifyManifestRequest: nothing,
  modifySegmentRequest: nothing,
  filter: async () => {},
  getStreamingRetryParameters: () => configuration.streaming.retryParameters,
  makeTextStreamsForClosedCaptions: nothing,
  onTimelineRegionAdded: nothing,
  onEvent: nothing,
  onError: (error) => { throw error; },
  isLowLatencyMode: () => false,
  updateDuration: nothing,
  newDrmInfo: nothing,
  onManifestUpdated: nothing,
  getBandwidthEstimate: () => 1e6,
  onMetadata: nothing,
  disableStream: nothing,
  addFont: nothing,
  getConfiguration: () => configuration,
};
const parser = root.endsWith('.mpd') ? new shaka.dash.DashParser() : new shaka.hls.HlsParser();
parser.configure(configuration.manifest, () => true);
try {
  const manifest = await parser.start(root, player);
  const streams = new Set([...manifest.textStreams, ...(manifest.imageStreams ?? [])]);
  for (const { audio, video } of manifest.variants) {
    for (const stream of [audio, video, audio?.dependencyStream, video?.dependencyStream]) if (stream) streams.add(stream);
  }
  const found = [];
  const note = (reference) => found.push([new URL(reference.getUris()[0]).href, reference.getStartByte(), reference.getEndByte()]);
  for (const stream of streams) {
    await stream.createSegmentIndex();
    stream.segmentIndex.forEachTopLevelReference((reference) => {
      if (!reference || reference.getStatus() === shaka.media.SegmentReference.Status.MISSING) return;
      if (reference.initSegmentReference) note(reference.initSegmentReference);
      note(reference);
    });
  }
  return { found };
} catch (error) {
  return { refused: error.code ? `error ${error.code}` : `${error}` };
} finally {
  await parser.stop();
}
