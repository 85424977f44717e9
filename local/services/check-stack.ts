import { AccessControl } from "aws-stand-ins/iam/access-control";
import { SynthesizedStack } from "../terraform/synthesized-stack";
import { accessRulesOf, operatorsOf } from "./access-rules";
import { bucketNotificationsOf, bucketsOf } from "./buckets";
import { distributionOf } from "./delivery";
import { checkEventRules } from "./event-rules";
import { checkFunctions } from "./functions";
import { checkQueuesAndTopics } from "./queues-and-topics";
import { checkTables } from "./tables";
import { transcodingQueuesOf } from "./transcoding";

/** Its ports are known only once it runs. */
const ANY_ENDPOINT = "http://127.0.0.1";

/**
 * Reads everything that the services read from a stack, before any of them starts.
 *
 * @param directory the directory of `cdk.tf.json` and its assets
 * @throws {DefinitionError} with the address of what is wrong
 */
export function checkStack(directory: string): void {
  const stack = SynthesizedStack.load(directory, ANY_ENDPOINT);
  // The names first: the other resources repeat them.
  bucketsOf(stack);
  checkQueuesAndTopics(stack);
  checkTables(stack);
  transcodingQueuesOf(stack);
  const rules = accessRulesOf(stack, operatorsOf(stack));
  const control = new AccessControl(rules);
  checkFunctions(stack, control, rules.keys);
  bucketNotificationsOf(stack);
  checkEventRules(stack, control);
  distributionOf(stack);
}
