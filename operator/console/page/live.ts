import { useEffect, useState } from "preact/hooks";
import { apiUrl } from "./server";

export type Connection = "connecting" | "open" | "lost" | "closed";

/** The newest value of a stream of the server's, as it changes. */
export function useLive<T>(path: string): {
  readonly value: T | undefined;
  readonly connection: Connection;
  /** Why the server can't read it at the moment. */
  readonly failure: string | undefined;
} {
  const [value, setValue] = useState<T>();
  const [failure, setFailure] = useState<string>();
  const [connection, setConnection] = useState<Connection>("connecting");
  useEffect(() => {
    const source = new EventSource(apiUrl(path));
    source.onopen = () => setConnection("open");
    source.onmessage = ({ data }) => {
      setFailure(undefined);
      setValue(JSON.parse(data));
    };
    source.addEventListener("failure", ({ data }) => setFailure(JSON.parse(data).message));
    // Without the right cookie, the browser gives up.
    source.onerror = () => setConnection(source.readyState === EventSource.CLOSED ? "closed" : "lost");
    return () => source.close();
  }, [path]);
  return { value, connection, failure };
}

/** Epoch seconds, again and again. */
export function useNow(): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return now / 1000;
}
