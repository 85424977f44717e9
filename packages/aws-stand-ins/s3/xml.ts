import { parseXML, XmlNode } from "@aws-sdk/xml-builder";
import type { z } from "zod";
import { S3Error } from "./error";

const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';
const NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/";

/** An element's content: text, child elements by name, or several elements of the same name. */
export type XmlContent =
  | string
  | number
  | boolean
  | undefined
  | { [name: string]: XmlContent | XmlContent[] };

/** An XML document of S3. Leaves out undefined elements. */
export function toXml(root: string, content: XmlContent): string {
  const node = element(root, content);
  // S3's error document has no namespace.
  if (root !== "Error") node.addAttribute("xmlns", NAMESPACE);
  return DECLARATION + node.toString();
}

/** @throws S3Error MalformedXML if the text isn't XML, or not of the given shape */
export function fromXml<Schema extends z.ZodType>(text: string, schema: Schema): z.infer<Schema> {
  const parsed = schema.safeParse(parse(text));
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
  throw new S3Error("MalformedXML", `The request's XML is not valid: ${faults.join("; ")}.`);
}

function parse(text: string): unknown {
  try {
    return parseXML(text);
  } catch (error) {
    throw new S3Error("MalformedXML", `The request's body is not well-formed XML: ${String(error)}.`);
  }
}

function element(name: string, content: XmlContent): XmlNode {
  if (typeof content !== "object") return XmlNode.of(name, String(content ?? ""));
  const children = Object.entries(content).flatMap(([childName, child]) =>
    [child]
      .flat()
      .filter((one) => one !== undefined)
      .map((one) => element(childName, one)),
  );
  return new XmlNode(name, children);
}
