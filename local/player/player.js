import { addPreviews } from "./preview.js";
import { addSoundMenu } from "./sound-menu.js";

/** Plays the job that the page's path names. Texts of the job only become text, never HTML. */
const [heading, message] = ["h1", "p"].map((name) => document.querySelector(name));
const video = Object.assign(document.createElement("video"), { controls: true, playsInline: true });
message.before(video);

async function play() {
  // The answer also sets the cookies that the distribution requires.
  const response = await fetch(`${location.pathname}/access`);
  const { title, url, storyboard, message: reason } = await response.json();
  if (!response.ok) throw new Error(reason);
  document.title = title;
  heading.textContent = title;
  if (!Hls.isSupported()) throw new Error("This browser lacks Media Source Extensions, which hls.js needs.");
  // A worker would need a script from a blob: URL, which the page's policy denies.
  const hls = new Hls({
    enableWorker: false,
    xhrSetup: (xhr) => Object.assign(xhr, { withCredentials: true }),
  });
  hls.on(Hls.Events.ERROR, (_event, { fatal, details, response: answer }) => {
    if (fatal) show(`Playback failed: ${details} ${answer?.code ?? ""}. Reload the page to sign it again.`);
  });
  hls.on(Hls.Events.MANIFEST_PARSED, () => show(""));
  if (storyboard !== undefined) addPreviews(video, storyboard);
  addSoundMenu(hls, message);
  hls.loadSource(url);
  hls.attachMedia(video);
}

function show(text) {
  message.textContent = text;
}

play().catch((error) => show(error.message));
