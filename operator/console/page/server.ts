import type { Failure } from "../protocol";

/** Of the console's server, whose address is the page's own. */
export const apiUrl = (path: string) => `api/${path}`;

/** The server's answer. @throws Error with the server's sentence */
export async function ask<T>(method: "GET" | "POST" | "PUT", path: string, body?: object | Blob): Promise<T> {
  const isJson = body !== undefined && !(body instanceof Blob);
  const response = await fetch(apiUrl(path), {
    method,
    ...(isJson && { headers: { "content-type": "application/json" } }),
    ...(body !== undefined && { body: isJson ? JSON.stringify(body) : (body as Blob) }),
  });
  const answer: unknown = await response.json();
  if (!response.ok) throw new Error((answer as Failure).message);
  return answer as T;
}
