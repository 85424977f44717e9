/**
 * Where inputs are read from and outputs are written to. Either call may throw; an Error named "AccessDenied"
 * ends the job with 1401.
 */
export interface MediaStorage {
  /** @returns the path on disk of an s3:// object, or undefined if there is none */
  read(uri: string, roleArn?: string): Promise<string | undefined>;
  /** @param file is moved into place */
  write(uri: string, file: string, contentType: string, roleArn?: string): Promise<void>;
}
