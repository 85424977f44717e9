import { cp, mkdtemp, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/** A `cdk.tf.json`: as many shapes as Terraform has blocks. */
export type TerraformJson = ReturnType<typeof JSON.parse>;

/**
 * Copies a synthesized stack and edits its JSON.
 *
 * @param edit changes the document, or the other files of the copied directory
 * @returns the directory of the copy
 */
export async function editedStack(
  stack: string,
  edit: (document: TerraformJson, directory: string) => void | Promise<void>,
): Promise<string> {
  const copy = await mkdtemp(join(dirname(stack), "edited-"));
  await cp(stack, copy, { recursive: true });
  const file = join(copy, "cdk.tf.json");
  const document = JSON.parse(await readFile(file, "utf8"));
  await edit(document, copy);
  await writeFile(file, JSON.stringify(document));
  return copy;
}
