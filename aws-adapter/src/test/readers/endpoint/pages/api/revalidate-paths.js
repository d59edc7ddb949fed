// pages/api/revalidate-paths.js
import { isSigned } from "../../lib/signature";

// The signature is that of the bytes as they came.
export const config = { api: { bodyParser: false } };

export default async function handler(request, response) {
  const body = await bytes(request);
  if (!isSigned(body, request.headers["x-hub-signature-256"])) {
    return response.status(401).json({ revalidated: false });
  }
  const { tags, paths, routes } = JSON.parse(body);
  if (tags.length > 0 || routes.length > 0) {
    return response.status(422).json({ revalidated: false, reason: "only paths can be revalidated here" });
  }
  await Promise.all(paths.map((path) => response.revalidate(encoded(path))));
  return response.json({ revalidated: true });
}

// Paths come decoded, but for the characters that would end a segment or the path.
const encoded = (path) => encodeURI(path).replace(/%25(2F|23|3F|5C)/g, "%$1");

async function bytes(request) {
  const chunks = [];
  for await (const chunk of request) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
