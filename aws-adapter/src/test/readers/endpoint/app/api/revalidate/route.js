// app/api/revalidate/route.js
import { revalidatePath, revalidateTag } from "next/cache";
import { isSigned, sign } from "../../../lib/signature";

export async function POST(request) {
  const body = Buffer.from(await request.arrayBuffer());
  if (!isSigned(body, request.headers.get("x-hub-signature-256"))) {
    return Response.json({ revalidated: false }, { status: 401 });
  }
  const { tags, paths, routes } = JSON.parse(body);
  // With "max" the next reader would get the old page once more. Next.js 15 and older ignore the second argument and expire at once.
  tags.forEach((tag) => revalidateTag(tag, { expire: 0 }));
  routes.forEach(({ path, type }) => revalidatePath(path, type));
  return paths.length === 0 ? Response.json({ revalidated: true }) : passOn(paths, request.url);
}

// revalidatePath(path) reaches no page of the Pages Router, and in Next.js 16 none whose path holds a comma.
async function passOn(paths, url) {
  const body = JSON.stringify({ tags: [], paths, routes: [] });
  const headers = { "x-hub-signature-256": sign(body) };
  const answer = await fetch(new URL("/api/revalidate-paths", url), { method: "POST", headers, body });
  return Response.json({ revalidated: answer.ok }, { status: answer.status });
}
