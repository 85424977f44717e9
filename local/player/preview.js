/**
 * Adds a bar below the video that shows a picture of the moment under the pointer, and seeks.
 *
 * @param url of a storyboard: WebVTT whose cues name parts of pictures
 */
export function addPreviews(video, url) {
  video.crossOrigin = "use-credentials";
  const { track } = video.appendChild(
    Object.assign(document.createElement("track"), { kind: "metadata", src: url }),
  );
  // Loads it.
  track.mode = "hidden";
  const picture = Object.assign(document.createElement("div"), { className: "preview", hidden: true });
  // For the pointer only: the video's own controls are for everybody.
  const bar = Object.assign(document.createElement("div"), { className: "bar", ariaHidden: "true" });
  const scrubber = Object.assign(document.createElement("div"), { className: "scrubber" });
  scrubber.append(picture, bar);
  video.after(scrubber);

  const partAt = ({ offsetX }) => offsetX / bar.clientWidth;
  bar.addEventListener("click", (event) => {
    video.currentTime = partAt(event) * video.duration;
  });
  bar.addEventListener("pointerleave", () => {
    picture.hidden = true;
  });
  bar.addEventListener("pointermove", (event) => {
    const part = partAt(event);
    const seconds = part * video.duration;
    const cue = [...(track.cues ?? [])].find(
      ({ startTime, endTime }) => startTime <= seconds && seconds < endTime,
    );
    picture.hidden = cue === undefined;
    if (cue === undefined) return;
    const [sheet, place] = cue.text.split("#xywh=");
    const [x, y, width, height] = place.split(",");
    Object.assign(picture.style, {
      // Within the bar, also at its ends.
      left: `${Math.max(0, Math.min(bar.clientWidth - width, part * bar.clientWidth - width / 2))}px`,
      width: `${width}px`,
      height: `${height}px`,
      backgroundImage: `url("${new URL(sheet, url)}")`,
      backgroundPosition: `-${x}px -${y}px`,
    });
  });
}
