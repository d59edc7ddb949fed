// lib/signature.js
import { createHmac, timingSafeEqual } from "node:crypto";

export function sign(body) {
  const secret = process.env.REVALIDATION_SECRET;
  if (!secret) {
    throw new Error("REVALIDATION_SECRET is not set");
  }
  return "sha256=" + createHmac("sha256", secret).update(body).digest("hex");
}

// Compares in constant time: how long an answer takes tells nothing of the right signature.
export function isSigned(body, signature) {
  const expected = Buffer.from(sign(body));
  const given = Buffer.from(signature ?? "");
  return given.length === expected.length && timingSafeEqual(given, expected);
}
