import { useEffect, useState } from "preact/hooks";

/** What the page shows. */
export type View =
  | { readonly name: "jobs" }
  | { readonly name: "story"; readonly idOrKey: string }
  | { readonly name: "pipeline" };

/** The address of a view, after the `#`. */
export function hashOf(view: View): string {
  switch (view.name) {
    case "jobs":
      return "#/";
    case "story":
      return `#/uploads/${encodeURIComponent(view.idOrKey)}`;
    case "pipeline":
      return "#/pipeline";
  }
}

export function viewOf(hash: string): View {
  const [, idOrKey] = /^#\/uploads\/(.+)$/.exec(hash) ?? [];
  if (idOrKey !== undefined) return { name: "story", idOrKey: decodeURIComponent(idOrKey) };
  return hash === "#/pipeline" ? { name: "pipeline" } : { name: "jobs" };
}

export function useView(): View {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const follow = () => setHash(location.hash);
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);
  return viewOf(hash);
}
