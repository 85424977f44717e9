import { type Access, access } from "aws-stand-ins/iam/evaluation";
import { OWN_KEY } from "../../constructs/deployment/role-policies";
import { ACCOUNT, SUFFIX } from "./physical-names";
import type { RecordedCall } from "./recording-proxy";

/** The permissions that a call needs. */
export function accessesOf(call: RecordedCall): Access[] {
  const { service } = call;
  if (service === "s3") return s3Accesses(call);
  if (service === "lambda") return lambdaAccesses(call);
  if (service === "mediaconvert") return mediaConvertAccesses(call);
  if (service === "cloudfront") return cloudFrontAccesses(call);
  const { action, input } = operationOf(call);
  const of = RESOURCES[service];
  // STS: GetCallerIdentity needs no permission.
  // https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
  if (service === "sts") return [];
  if (of === undefined)
    throw new Error(`The recorded call ${service}:${action} belongs to no service of the pipeline.`);
  const resource = of(action, input, call);
  return [
    access(
      `${service === "monitoring" ? "cloudwatch" : service}:${action}`,
      resource,
      contextOf(action, input),
    ),
    ...tagging(service, action, input, resource),
    ...passing(action, input),
  ];
}

type Input = Readonly<Record<string, string>>;
type ResourceOf = (action: string, input: Input, call: RecordedCall) => string;

/** Actions without a resource in the Service Authorization Reference. */
const UNSCOPED = new Set([
  "DescribeAlarms",
  "DescribeLogGroups",
  "ListAliases",
  "GetSubscriptionAttributes",
  "SetSubscriptionAttributes",
  "Unsubscribe",
]);

const scoped =
  (toArn: (input: Input, region: string) => string | undefined): ResourceOf =>
  (action, input, { region }) =>
    UNSCOPED.has(action) ? "*" : (toArn(input, region) ?? `no resource in ${JSON.stringify(input)}`);

const arn = (service: string, region: string, resource: string) =>
  `arn:aws:${service}:${region}:${ACCOUNT}:${resource}`;
const tail = (text: string | undefined, separator: string) => text?.slice(text.lastIndexOf(separator) + 1);

/** The alias of the pipeline's key stands for the key. */
const keyArn = (id: string | undefined, region: string) =>
  id?.startsWith("alias/media-pipeline-") ? OWN_KEY : arn("kms", region, `key/${tail(id, "/")}`);

const RESOURCES: Readonly<Record<string, ResourceOf>> = {
  dynamodb: scoped(({ TableName, ResourceArn }, region) =>
    TableName === undefined ? ResourceArn : arn("dynamodb", region, `table/${tail(TableName, "/")}`),
  ),
  sqs: scoped(({ QueueUrl, QueueName }, region) =>
    arn("sqs", region, QueueName ?? tail(QueueUrl, "/") ?? ""),
  ),
  sns: scoped(
    ({ TopicArn, ResourceArn, Name }, region) => TopicArn ?? ResourceArn ?? arn("sns", region, Name ?? ""),
  ),
  events: scoped(
    ({ ResourceARN, Rule, Name }, region) => ResourceARN ?? arn("events", region, `rule/${Rule ?? Name}`),
  ),
  logs: (action, input, { region }) => {
    const { resourceArn, logGroupName } = input;
    if (UNSCOPED.has(action)) return "*";
    if (/Deliver/.test(action)) return deliveryArn(action, input, region);
    return resourceArn ?? arn("logs", region, `log-group:${logGroupName}`);
  },
  monitoring: scoped((input, region) => {
    if (input.DashboardName ?? input["DashboardNames.member.1"])
      return arn("cloudwatch", "", `dashboard/${input.DashboardName ?? input["DashboardNames.member.1"]}`);
    return (
      input.ResourceARN ??
      arn("cloudwatch", region, `alarm:${input.AlarmName ?? input["AlarmNames.member.1"]}`)
    );
  }),
  iam: scoped(({ RoleName }) => arn("iam", "", `role/${RoleName}`)),
  kms: scoped(({ KeyId, AliasName }, region) => AliasName ?? keyArn(KeyId, region)),
};

/**
 * A delivery, or its source or destination:
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html
 */
function deliveryArn(action: string, { name, id, deliverySourceName }: Input, region: string): string {
  if (action.includes("Destination")) return arn("logs", region, `delivery-destination:${name}`);
  return name === undefined && deliverySourceName === undefined
    ? arn("logs", region, `delivery:${id}`)
    : arn("logs", region, `delivery-source:${name ?? deliverySourceName}`);
}

/** The members at the top of the request, as text. */
function operationOf({ target, body }: RecordedCall): { action: string; input: Input } {
  if (target !== "") {
    const input = Object.entries(JSON.parse(body || "{}")).map(([name, value]) => [
      name,
      typeof value === "string" ? value : JSON.stringify(value),
    ]);
    return { action: target.slice(target.indexOf(".") + 1), input: Object.fromEntries(input) };
  }
  const form = Object.fromEntries(new URLSearchParams(body));
  return { action: form.Action ?? `no action in ${body}`, input: form };
}

function contextOf(action: string, input: Input): Record<string, string> {
  if (input.KeyId?.startsWith("alias/aws/")) return { "kms:resourcealiases": input.KeyId };
  return input.PermissionsBoundary === undefined && !BOUND.has(action)
    ? {}
    : { "iam:permissionsboundary": input.PermissionsBoundary ?? BOUNDARY };
}

/** IAM evaluates the boundary of the role that exists, which CreateRole has set. */
const BOUND = new Set(["PutRolePolicy"]);
const BOUNDARY = `arn:aws:iam::${ACCOUNT}:policy/media-pipeline-boundary-tier`;

/** Tags at creation need the permission to tag. */
function tagging(service: string, action: string, input: Input, resource: string): Access[] {
  const tagged = Object.keys(input).some((name) => /^tags$|^Tags?(\.|$)/.test(name));
  const tagAction: Readonly<Record<string, string>> = {
    iam: "iam:TagRole",
    sqs: "sqs:TagQueue",
    monitoring: "cloudwatch:TagResource",
  };
  return tagged && /^(Create|Put)/.test(action)
    ? [access(tagAction[service] ?? `${service}:TagResource`, resource)]
    : [];
}

/** The same of Lambda's resources, whose grants to tag may depend on the tags. */
function taggingNew(resource: string, tags: Readonly<Record<string, string>> | undefined): Access[] {
  if (tags === undefined) return [];
  const requested = Object.entries(tags).map(([key, value]) => [
    `aws:requesttag/${key.toLowerCase()}`,
    value,
  ]);
  return [access("lambda:TagResource", resource, Object.fromEntries(requested))];
}

/** The role of a rule's target is passed to EventBridge. */
function passing(action: string, { Targets = "" }: Input): Access[] {
  const roles = action === "PutTargets" ? [...Targets.matchAll(/"RoleArn":"([^"]+)"/g)] : [];
  return roles.map(([, role = ""]) =>
    access("iam:PassRole", role, { "iam:passedtoservice": "events.amazonaws.com" }),
  );
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html, by method and subresource */
const S3_ACTIONS: Readonly<Record<string, string>> = {
  accelerate: "AccelerateConfiguration",
  acl: "BucketAcl",
  cors: "BucketCORS",
  encryption: "EncryptionConfiguration",
  lifecycle: "LifecycleConfiguration",
  logging: "BucketLogging",
  notification: "BucketNotification",
  "object-lock": "BucketObjectLockConfiguration",
  ownershipControls: "BucketOwnershipControls",
  policy: "BucketPolicy",
  publicAccessBlock: "BucketPublicAccessBlock",
  replication: "ReplicationConfiguration",
  requestPayment: "BucketRequestPayment",
  tagging: "BucketTagging",
  versioning: "BucketVersioning",
  website: "BucketWebsite",
};

function s3Accesses({ method, path }: RecordedCall): Access[] {
  const { pathname, searchParams } = new URL(path, "http://s3");
  const [, bucket = "", ...key] = decodeURIComponent(pathname).split("/");
  const resource = `arn:aws:s3:::${[bucket, ...key].filter((part) => part !== "").join("/")}`;
  const subresource = [...searchParams.keys()].find((name) => name in S3_ACTIONS);
  if (subresource !== undefined) {
    // The permission to put a configuration includes deleting it, except for policies.
    const verb = method === "GET" ? "Get" : "Put";
    const deletes = method === "DELETE" && subresource === "policy";
    return [access(`s3:${deletes ? "Delete" : verb}${S3_ACTIONS[subresource]}`, resource)];
  }
  if (searchParams.has("versions")) return [access("s3:ListBucketVersions", resource)];
  if (searchParams.has("location")) return [access("s3:GetBucketLocation", resource)];
  if (searchParams.has("delete"))
    return ["s3:DeleteObject", "s3:DeleteObjectVersion"].map((action) => access(action, `${resource}/any`));
  const action: Readonly<Record<string, string>> = { PUT: "CreateBucket", DELETE: "DeleteBucket" };
  return [access(`s3:${action[method] ?? "ListBucket"}`, resource)];
}

/** https://docs.aws.amazon.com/lambda/latest/api/API_Operations.html, by method and path */
const LAMBDA_ROUTES: readonly [RegExp, string, string][] = [
  [/^GET \/functions\/([^/]+)$/, "GetFunction", "function"],
  [/^GET \/functions\/([^/]+)\/code-signing-config$/, "GetFunctionCodeSigningConfig", "function"],
  [/^GET \/functions\/([^/]+)\/configuration$/, "GetFunctionConfiguration", "function"],
  [/^GET \/functions\/([^/]+)\/policy$/, "GetPolicy", "function"],
  [/^GET \/functions\/([^/]+)\/versions$/, "ListVersionsByFunction", "function"],
  [/^GET \/functions\/([^/]+)\/recursion-config$/, "GetFunctionRecursionConfig", "function"],
  [/^PUT \/functions\/([^/]+)\/recursion-config$/, "PutFunctionRecursionConfig", "function"],
  [/^POST \/functions$/, "CreateFunction", "new"],
  [/^DELETE \/functions\/([^/]+)$/, "DeleteFunction", "function"],
  [/^PUT \/functions\/([^/]+)\/code$/, "UpdateFunctionCode", "function"],
  [/^PUT \/functions\/([^/]+)\/configuration$/, "UpdateFunctionConfiguration", "function"],
  [/^PUT \/functions\/([^/]+)\/concurrency$/, "PutFunctionConcurrency", "function"],
  [/^DELETE \/functions\/([^/]+)\/concurrency$/, "DeleteFunctionConcurrency", "function"],
  [/^POST \/functions\/([^/]+)\/policy$/, "AddPermission", "function"],
  [/^DELETE \/functions\/([^/]+)\/policy\/[^/]+$/, "RemovePermission", "function"],
  [/^GET \/tags\/(.+)$/, "ListTags", "arn"],
  [/^POST \/tags\/(.+)$/, "TagResource", "arn"],
  [/^DELETE \/tags\/(.+)$/, "UntagResource", "arn"],
  [/^GET \/event-source-mappings\/([^/]+)$/, "GetEventSourceMapping", "unscoped"],
  [/^GET \/event-source-mappings$/, "ListEventSourceMappings", "unscoped"],
  [/^POST \/event-source-mappings$/, "CreateEventSourceMapping", "mapping"],
  [/^PUT \/event-source-mappings\/([^/]+)$/, "UpdateEventSourceMapping", "mapping"],
  [/^DELETE \/event-source-mappings\/([^/]+)$/, "DeleteEventSourceMapping", "mapping"],
];

function lambdaAccesses({ method, path, region, body, answer }: RecordedCall): Access[] {
  const pathname = new URL(path, "http://lambda").pathname.replace(/^\/[0-9-]+/, "").replace(/\/$/, "");
  const operation = `${method} ${decodeURIComponent(pathname)}`;
  const route = LAMBDA_ROUTES.find(([pattern]) => pattern.test(operation));
  if (route === undefined) throw new Error(`No action is known for Lambda's ${operation}.`);
  const [pattern, action, kind] = route;
  const name = pattern.exec(operation)?.[1] ?? "";
  const functionArn = (of: string) => arn("lambda", region, `function:${of.replace(/^.*:function:/, "")}`);
  if (kind === "unscoped") return [access(`lambda:${action}`, "*")];
  if (kind === "arn") return [access(`lambda:${action}`, name)];
  if (kind === "mapping") {
    const given = JSON.parse(answer || "{}").FunctionArn ?? JSON.parse(body || "{}").FunctionName ?? "";
    return [
      access(`lambda:${action}`, "*", { "lambda:functionarn": functionArn(given) }),
      ...taggingNew(arn("lambda", region, "event-source-mapping:new"), JSON.parse(body || "{}").Tags),
    ];
  }
  if (kind === "function") return [access(`lambda:${action}`, functionArn(name))];
  const { FunctionName, Role, Tags } = JSON.parse(body);
  return [
    access("lambda:CreateFunction", functionArn(FunctionName)),
    access("iam:PassRole", Role, { "iam:passedtoservice": "lambda.amazonaws.com" }),
    ...taggingNew(functionArn(FunctionName), Tags),
  ];
}

function mediaConvertAccesses({ method, path, region, body }: RecordedCall): Access[] {
  const [, , kind = "", ...rest] = decodeURIComponent(new URL(path, "http://mediaconvert").pathname).split(
    "/",
  );
  const name = rest.join("/");
  if (kind === "tags") {
    const verbs: Readonly<Record<string, string>> = {
      GET: "ListTagsForResource",
      POST: "TagResource",
      PUT: "UntagResource",
    };
    return [access(`mediaconvert:${verbs[method]}`, method === "POST" ? JSON.parse(body).arn : name)];
  }
  const verbs: Readonly<Record<string, string>> = {
    GET: "GetQueue",
    PUT: "UpdateQueue",
    DELETE: "DeleteQueue",
  };
  if (method !== "POST")
    return [access(`mediaconvert:${verbs[method]}`, arn("mediaconvert", region, `queues/${name}`))];
  return [
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awselementalmediaconvert.html
    access("mediaconvert:CreateQueue", "*"),
    access("mediaconvert:TagResource", arn("mediaconvert", region, `queues/${JSON.parse(body).name}`)),
  ];
}

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudfront.html, by the path's noun */
const CLOUDFRONT_NOUNS: Readonly<Record<string, string>> = {
  distribution: "Distribution",
  "key-group": "KeyGroup",
  "origin-access-control": "OriginAccessControl",
  "public-key": "PublicKey",
};

function cloudFrontAccesses({ method, path, body }: RecordedCall): Access[] {
  const { pathname, searchParams } = new URL(path, "http://cloudfront");
  const [, , type = "", id = "*"] = pathname.split("/");
  // The resource's own tags are those with which it was created.
  const tags = {
    "aws:resourcetag/environment": SUFFIX,
    "aws:resourcetag/project": "MediaProcessingPipeline",
  };
  if (type === "tagging") {
    const action = method === "GET" ? "ListTagsForResource" : `${searchParams.get("Operation")}Resource`;
    return [access(`cloudfront:${action}`, searchParams.get("Resource") ?? "", tags)];
  }
  const noun = CLOUDFRONT_NOUNS[type];
  if (noun === undefined) throw new Error(`No action is known for CloudFront's ${method} ${path}.`);
  const resource = `arn:aws:cloudfront::${ACCOUNT}:${type}/${id}`;
  const verbs: Readonly<Record<string, string>> = {
    GET: "Get",
    POST: "Create",
    PUT: "Update",
    DELETE: "Delete",
  };
  const isNewDistribution = method === "POST" && type === "distribution";
  const requested = [...body.matchAll(/<Key>([^<]+)<\/Key><Value>([^<]*)<\/Value>/g)].map(
    ([, key = "", value]) => [`aws:requesttag/${key.toLowerCase()}`, value],
  );
  const context = isNewDistribution ? Object.fromEntries(requested) : type === "distribution" ? tags : {};
  return [
    access(`cloudfront:${verbs[method]}${noun}`, resource, context),
    ...(isNewDistribution ? [access("cloudfront:TagResource", resource, context)] : []),
  ];
}
