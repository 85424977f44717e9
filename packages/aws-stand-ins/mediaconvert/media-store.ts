import type { Upload } from "./upload";

/** Where inputs are read from and outputs are written to. An Error named "AccessDenied" ends the job with 1401. */
export interface MediaStore {
  /** @returns the path on disk of an s3:// object; undefined if it doesn't exist */
  read(uri: string, roleArn?: string): Promise<string | undefined>;
  /** A file is moved into place. */
  write(uri: string, content: Upload["content"], contentType: string, roleArn?: string): Promise<void>;
}
