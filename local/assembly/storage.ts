import { join } from "node:path";
import { S3Api } from "aws-stand-ins/s3/api";
import { ObjectStore } from "aws-stand-ins/s3/object-store";
import { bucketNotificationsOf, concerns, notificationEvent } from "../deployment/bucket-notifications";
import { bucketsOf } from "../deployment/buckets";
import { type Functions, functionNameOf } from "./functions";
import type { Surroundings } from "./surroundings";

/** S3 with the stack's buckets, and their notifications to functions. */
export function startStorage(around: Surroundings, { host }: Functions): ObjectStore {
  const { stack, gateway, dataDirectory, faults } = around;
  const objects = new ObjectStore(join(dataDirectory, "s3"), bucketsOf(stack));
  const s3 = new S3Api(objects, { region: stack.homeRegion });
  gateway.serve(s3);
  const notifications = bucketNotificationsOf(stack);
  objects.onObjectCreated((created) => {
    const { bucket, key } = created.object;
    for (const entry of notifications.filter((one) => concerns(one, bucket, key, created.name))) {
      for (let delivery = 0; delivery < (faults?.duplicateUploads ?? 1); delivery += 1) {
        host.invokeAsync(functionNameOf(entry.functionArn), notificationEvent(entry, created));
      }
    }
  });
  return objects;
}
