// What runs inside a function's execution environment: Node's Lambda runtime, spoken over the documented Runtime API
// (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html). Plain CommonJS, because the child process is plain
// `node`. AWS's own client, aws-lambda-ric, does the same but compiles C++ on install.
"use strict";

const { existsSync } = require("node:fs");
const http = require("node:http");
const path = require("node:path");
const { pathToFileURL } = require("node:url");
const { format } = require("node:util");
const { Worker } = require("node:worker_threads");

const apiUrl = `http://${process.env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime`;
const agent = new http.Agent({ keepAlive: true });
let requestId;

// The host holds the other end of standard input: when it ends, the host is gone. A thread of its own sees that even
// while the function blocks the event loop.
new Worker(
  'new (require("node:net").Socket)({ fd: 0 }).on("end", () => process.kill(-process.pid, "SIGKILL")).resume();',
  { eval: true, env: {} },
).unref();

// fetch() gives up on a long poll after five minutes; http.request waits as long as it takes.
function callApi(method, route, body) {
  return new Promise((resolve, reject) => {
    const request = http.request(`${apiUrl}${route}`, { method, agent }, (response) => {
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () =>
        resolve({ headers: response.headers, body: Buffer.concat(chunks).toString() }),
      );
    });
    request.on("error", reject);
    request.end(body);
  });
}

function killGroup() {
  process.kill(-process.pid, "SIGKILL");
}

function runtimeError(type, message) {
  return Object.assign(new Error(message), { name: `Runtime.${type}` });
}

function describe(error) {
  return error instanceof Error
    ? { errorType: error.name, errorMessage: error.message, trace: String(error.stack).split("\n") }
    : { errorType: typeof error, errorMessage: String(error), trace: [] };
}

// Lambda's text format. A carriage return keeps a message of several lines one log event.
for (const [method, level] of [
  ["log", "INFO"],
  ["info", "INFO"],
  ["debug", "DEBUG"],
  ["warn", "WARN"],
  ["error", "ERROR"],
]) {
  console[method] = (...values) => {
    const message = format(...values).replaceAll("\n", "\r");
    process.stdout.write(`${new Date().toISOString()}\t${requestId ?? "undefined"}\t${level}\t${message}\n`);
  };
}

async function importModule(file) {
  for (const extension of ["", ".js", ".mjs", ".cjs"]) {
    if (existsSync(file + extension)) {
      return extension === "" ? require(file) : import(pathToFileURL(file + extension).href);
    }
  }
  throw runtimeError("ImportModuleError", `Error: Cannot find module '${path.basename(file)}'`);
}

// "folder/index.nested.handler": the module folder/index, and in it the property nested.handler.
async function loadHandler(name) {
  const [, file, property] = /^((?:.*\/)?[^./]+)\.([^/]+)$/.exec(name) ?? [];
  if (file === undefined || name.includes("..")) {
    throw runtimeError(
      "MalformedHandlerName",
      `'${name}' is not a valid handler name: it takes the form file.function.`,
    );
  }
  const module = await importModule(path.resolve(process.env.LAMBDA_TASK_ROOT, file)).catch((error) => {
    if (error instanceof SyntaxError)
      throw runtimeError("UserCodeSyntaxError", `SyntaxError: ${error.message}`);
    if (error.code === "MODULE_NOT_FOUND" || error.code === "ERR_MODULE_NOT_FOUND") {
      throw runtimeError("ImportModuleError", `Error: ${error.message}`);
    }
    throw error;
  });
  const find = (start) => property.split(".").reduce((value, key) => value?.[key], start);
  const handler = find(module) ?? find(module.default);
  if (typeof handler !== "function") {
    throw runtimeError("HandlerNotFound", `${name} is undefined or not exported`);
  }
  return handler;
}

function contextOf(headers) {
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    invokedFunctionArn: headers["lambda-runtime-invoked-function-arn"],
    awsRequestId: headers["lambda-runtime-aws-request-id"],
    getRemainingTimeInMillis: () => Number(headers["lambda-runtime-deadline-ms"]) - Date.now(),
  };
}

async function exitWith(error, exitCode) {
  console.error("Uncaught Exception", JSON.stringify(describe(error)));
  const route = requestId ? `/invocation/${requestId}/error` : "/init/error";
  // Without the API there is no host either, and nobody else who would end what the function has started.
  await callApi("POST", route, JSON.stringify(describe(error))).catch(killGroup);
  process.exit(exitCode);
}

async function main() {
  const handler = await loadHandler(process.env._HANDLER);
  for (;;) {
    requestId = undefined;
    const { headers, body } = await callApi("GET", "/invocation/next");
    requestId = headers["lambda-runtime-aws-request-id"];
    process.env._X_AMZN_TRACE_ID = headers["lambda-runtime-trace-id"];
    try {
      const result = JSON.stringify((await handler(JSON.parse(body), contextOf(headers))) ?? null);
      await callApi("POST", `/invocation/${requestId}/response`, result);
    } catch (error) {
      console.error("Invoke Error", JSON.stringify(describe(error)));
      await callApi("POST", `/invocation/${requestId}/error`, JSON.stringify(describe(error)));
    }
  }
}

process.on("uncaughtException", (error) => exitWith(error, 129));
process.on("unhandledRejection", (reason) =>
  exitWith(
    runtimeError("UnhandledPromiseRejection", reason instanceof Error ? String(reason) : format(reason)),
    128,
  ),
);
main().catch((error) => exitWith(error, 1));
