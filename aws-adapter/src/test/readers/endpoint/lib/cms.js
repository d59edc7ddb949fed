export async function version(path, options) {
  const answer = await fetch(process.env.CMS + path, options);
  return answer.text();
}
