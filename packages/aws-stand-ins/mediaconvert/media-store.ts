/** Where inputs are read from and outputs are written to. An Error named "AccessDenied" ends the job with 1401. */
export interface MediaStore {
  /** @returns the path on disk of an s3:// object; undefined if it doesn't exist */
  read(uri: string, roleArn?: string): Promise<string | undefined>;
  /** @param file is moved into place */
  write(uri: string, file: string, contentType: string, roleArn?: string): Promise<void>;
}
