import type { MediaStore } from "../mediaconvert/media-store";
import type { Upload } from "../mediaconvert/upload";
import { s3Arn } from "../s3/arn";
import { type AccessControl, AccessDenied } from "./access-control";
import { access } from "./evaluation";

export interface RoleStorageOptions {
  readonly files: MediaStore;
  readonly access: AccessControl;
  /** MediaConvert passes a job's queue as the source when it assumes the job's role; one of these. */
  readonly queueArns: readonly string[];
}

/** Reads and writes media as the job's role allows. Reads without a role are judged at the gateway. */
export class RoleStorage implements MediaStore {
  constructor(private readonly options: RoleStorageOptions) {}

  /** @throws {AccessDenied} */
  async read(url: string, roleArn?: string): Promise<string | undefined> {
    this.require(roleArn, "s3:GetObject", url);
    return this.options.files.read(url, roleArn);
  }

  /** @throws {AccessDenied} */
  async write(url: string, content: Upload["content"], contentType: string, roleArn?: string): Promise<void> {
    this.require(roleArn, "s3:PutObject", url);
    await this.options.files.write(url, content, contentType, roleArn);
  }

  private require(roleArn: string | undefined, action: string, url: string): void {
    if (roleArn === undefined) return;
    const { access: control, queueArns } = this.options;
    // https://docs.aws.amazon.com/mediaconvert/latest/ug/cross-service-confused-deputy-prevention.html
    if (!queueArns.some((arn) => control.trusts(roleArn, "mediaconvert.amazonaws.com", arn)))
      throw new AccessDenied(`MediaConvert is not authorized to assume the role ${roleArn}.`);
    control.require({ roleArn, name: "MediaConvert" }, [access(action, s3Arn(url))]);
  }
}
