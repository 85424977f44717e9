/** Adds a menu of the choices of sound before an element, as soon as there is more than one. */
export function addSoundMenu(hls, element) {
  const menu = document.createElement("select");
  menu.ariaLabel = "Sound";
  menu.addEventListener("change", () => {
    hls.audioTrack = menu.selectedIndex;
  });
  hls.on(Hls.Events.AUDIO_TRACKS_UPDATED, (_event, { audioTracks }) => {
    menu.replaceChildren(...audioTracks.map(({ name, lang }) => new Option(name || lang)));
    if (audioTracks.length > 1) element.before(menu);
  });
  hls.on(Hls.Events.AUDIO_TRACK_SWITCHED, (_event, { id }) => {
    menu.selectedIndex = id;
  });
}
