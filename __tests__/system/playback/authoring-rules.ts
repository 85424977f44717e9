import type { types } from "hls-parser";

type Rendition = types.Rendition;

/** The last segment of a track may be shorter or longer by a frame of sound and one of the picture. */
const DURATION_TOLERANCE_SECONDS = 0.1;

/**
 * One sentence for each rule of groups of renditions that a multivariant playlist breaks: those of RFC 8216, section
 * 4.3.4, and of Apple's HLS authoring specification.
 * https://datatracker.ietf.org/doc/html/rfc8216#section-4.3.4.1
 * https://developer.apple.com/documentation/http-live-streaming/hls-authoring-specification-for-apple-devices
 *
 * @param playlists the media playlists, by their URI in the multivariant one
 */
export function brokenAuthoringRules(
  master: types.MasterPlaylist,
  playlists: ReadonlyMap<string, types.MediaPlaylist>,
): string[] {
  const variants = master.variants.filter(({ isIFrameOnly }) => !isIFrameOnly);
  const groups = groupsOf(variants);
  return [
    ...groups.flatMap((group) => [...brokenInGroup(group)]),
    ...brokenAmongGroups(groups.filter(([first]) => first?.type === "AUDIO")),
    ...brokenDurations(variants, groups.flat(), playlists),
  ];
}

/** Of each group, once, the renditions. */
function groupsOf(variants: readonly types.Variant[]): Rendition[][] {
  const renditions = variants.flatMap(({ audio, subtitles }): Rendition[] => [...audio, ...subtitles]);
  const keys = [...new Set(renditions.map(({ type, groupId }) => `${type} ${groupId}`))];
  return keys.map((key) => {
    const members = renditions.filter(({ type, groupId }) => `${type} ${groupId}` === key);
    return members.filter(({ name }, index) => members.findIndex((other) => other.name === name) === index);
  });
}

function* brokenInGroup(group: readonly Rendition[]): Generator<string> {
  const where = `${group[0]?.type} ${group[0]?.groupId}`;
  if (group.filter(({ isDefault }) => isDefault).length > 1) yield `${where}: more than one DEFAULT=YES`;
  for (const { name, type, isDefault, autoselect, forced, language, characteristics, channels } of group) {
    const which = `${where} "${name}"`;
    if (isDefault && !autoselect) yield `${which}: DEFAULT=YES without AUTOSELECT=YES`;
    if (type === "AUDIO" && forced) yield `${which}: FORCED in sound`;
    if (type === "AUDIO" && !/^\d+$/.test(String(channels))) yield `${which}: no CHANNELS`;
    if (type === "SUBTITLES" && forced && isDefault) yield `${which}: forced subtitles as DEFAULT`;
    if (characteristics?.split(",").some((each) => !/^(public|com)\.[a-z.-]+$/.test(each)))
      yield `${which}: CHARACTERISTICS aren't uniform type identifiers`;
    if (language !== undefined && Intl.getCanonicalLocales(language)[0] !== language)
      yield `${which}: LANGUAGE isn't the shortest tag of BCP 47`;
  }
  const selectable = group.filter(({ autoselect }) => autoselect);
  const selections = selectable.map(({ language, assocLanguage, forced, characteristics }) =>
    JSON.stringify([language, assocLanguage, forced, characteristics]),
  );
  if (new Set(selections).size < selections.length)
    yield `${where}: AUTOSELECT=YES members that differ in nothing that a player selects by`;
}

/** "Each group must have the same set of members", which differ in URI and CHANNELS only. */
function* brokenAmongGroups([first, ...others]: readonly Rendition[][]): Generator<string> {
  const identity = ({ name, language, isDefault, autoselect }: Rendition) =>
    JSON.stringify([name, language, isDefault, autoselect]);
  for (const other of others) {
    if (JSON.stringify(first?.map(identity)) !== JSON.stringify(other.map(identity)))
      yield `${other[0]?.groupId}: other members than in ${first?.[0]?.groupId}`;
  }
}

function* brokenDurations(
  variants: readonly types.Variant[],
  renditions: readonly Rendition[],
  playlists: ReadonlyMap<string, types.MediaPlaylist>,
): Generator<string> {
  const durationOf = (uri: string) =>
    playlists.get(uri)?.segments.reduce((sum, { duration }) => sum + duration, 0) ?? 0;
  const [longest = 0] = variants.map(({ uri }) => durationOf(uri)).toSorted((one, other) => other - one);
  const uris = [...variants.map(({ uri }) => uri), ...renditions.flatMap(({ uri }) => uri ?? [])];
  for (const uri of new Set(uris)) {
    const seconds = durationOf(uri);
    if (Math.abs(seconds - longest) > DURATION_TOLERANCE_SECONDS)
      yield `${uri}: lasts ${seconds} s, the picture ${longest} s`;
  }
}
