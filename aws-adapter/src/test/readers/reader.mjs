// Runs the tag cache and the cache class of one version of OpenNext on a tag table, as its server does.
// Takes questions as lines of JSON on stdin and answers each by a line of JSON on stdout.
// Usage: node reader.mjs <package> <tag cache> <version of Next.js>
import { AsyncLocalStorage } from "node:async_hooks";
import { register } from "node:module";
import readline from "node:readline";

const [, , openNext, tagCacheName, nextVersion] = process.argv;
const dist = `./node_modules/${openNext}/dist`;

// OpenNext's files import each other without ".js", since its build bundles them.
const withExtension = `export async function resolve(name, context, next) {
  try {
    return await next(name, context);
  } catch (e) {
    if (!name.startsWith(".")) throw e;
    return next(name + ".js", context);
  }
}`;
register("data:text/javascript," + encodeURIComponent(withExtension));

// OpenNext catches what goes wrong, logs it and goes on, mostly as if the entry were gone. Here that fails the question.
const problems = [];
console.error = (...args) => problems.push(args.map((a) => a?.stack ?? String(a)).join(" "));
console.log = console.warn;

// What OpenNext's server sets up before it loads its cache.
process.env.CACHE_BUCKET_REGION = process.env.AWS_REGION;
globalThis.nextVersion = nextVersion;
globalThis.openNextConfig = { dangerous: {} };
globalThis.cdnInvalidationHandler = { name: "none", async invalidatePaths() {} };
const requests = (globalThis.__openNextAls = new AsyncLocalStorage());
// dynamodb-lite and dynamodb-nextMode sign their own requests for AWS's own address, whatever the environment says.
globalThis.internalFetch = async (url, options) => {
  const local = String(url).replace(/^https:\/\/dynamodb\.[^/]*/, process.env.AWS_ENDPOINT_URL_DYNAMODB);
  const response = await fetch(local, options);
  if (!response.ok) problems.push(`${response.status} ${await response.clone().text()}`);
  return response;
};

let entries = new Map();
let storedAt;
globalThis.incrementalCache = {
  async get(key) {
    // A copy, since the cache may change what it gets.
    return { value: structuredClone(entries.get(key).value), lastModified: storedAt };
  },
};

const { default: Cache } = await import(`${dist}/adapters/cache.js`);
const cache = new Cache();

/** Runs what one request to the server would: what was read from the table is kept for that long. */
function inRequest(run) {
  const maps = new Map();
  const getOrCreate = (name) => maps.get(name) ?? maps.set(name, new Map()).get(name);
  const pendingPromiseRunner = { add() {}, withResolvers: () => ({ resolve() {} }) };
  return requests.run({ requestId: "r", writtenTags: new Set(), requestCache: { getOrCreate }, pendingPromiseRunner }, run);
}

async function verdict({ key, fetch, tags, softTags }) {
  const options = fetch ? { kind: "FETCH", kindHint: "fetch", tags, softTags } : { kind: "APP_PAGE", kindHint: "app" };
  const found = await inRequest(() => cache.get(key, options));
  // OpenNext tells Next.js that an entry is stale by an earlier date.
  return found === null ? "EXPIRED" : found.lastModified === storedAt ? "FRESH" : "STALE";
}

const questions = {
  async store(question) {
    entries = new Map(question.entries.map((entry) => [entry.key, entry]));
  },
  async open({ table, build }) {
    process.env.CACHE_DYNAMO_TABLE = table;
    process.env.NEXT_BUILD_ID = process.env.OPEN_NEXT_BUILD_ID = build;
    // A module of its own for each table, since dynamodb.js reads the environment when it is loaded.
    const { default: tagCache } = await import(`${dist}/overrides/tagCache/${tagCacheName}.js?table=${table}`);
    globalThis.tagCache = tagCache;
  },
  async revalidate({ tags, durations }) {
    await inRequest(() => cache.revalidateTag(tags, durations));
  },
  async read(question) {
    storedAt = question.storedAt;
    const keys = [...entries.keys()];
    const verdicts = await Promise.all(keys.map((key) => verdict(entries.get(key))));
    return Object.fromEntries(keys.map((key, i) => [key, verdicts[i]]));
  },
};

for await (const line of readline.createInterface({ input: process.stdin })) {
  const { ask, ...question } = JSON.parse(line);
  let answer;
  try {
    answer = { answer: (await questions[ask](question)) ?? {} };
  } catch (e) {
    problems.push(e.stack);
  }
  process.stdout.write(JSON.stringify(problems.length > 0 ? { problems: problems.splice(0) } : answer) + "\n");
}
