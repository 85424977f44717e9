export type Json = string | number | boolean | null | undefined | Json[] | { [name: string]: Json };

/** The SDK's member names as they go over HTTP. Keys of maps stay if they start small or contain a space. */
export function wireNames(value: unknown): Json {
  if (Array.isArray(value)) return value.map(wireNames);
  if (typeof value !== "object" || value === null) return value as Json;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [wireName(name), wireNames(member)]),
  );
}

const wireName = (name: string) => (name.includes(" ") ? name : name.charAt(0).toLowerCase() + name.slice(1));

/** The member at "/a/0/b". */
export function memberOf(body: Json, path: string): Json {
  return path
    .slice(1)
    .split("/")
    .reduce<Json>((at, name) => (at as Record<string, Json>)[name], body);
}

/** A copy in which the member at "/a/0/b" has the value; undefined removes it. */
export function withMember(body: Json, path: string, value: Json): Json {
  const copy = structuredClone(body);
  const [, parentPath = "", last = ""] = /^(.*)\/([^/]*)$/.exec(path) ?? [];
  const parent = (parentPath ? memberOf(copy, parentPath) : copy) as Record<string, Json>;
  if (value === undefined) delete parent[last];
  else parent[last] = value;
  return copy;
}
