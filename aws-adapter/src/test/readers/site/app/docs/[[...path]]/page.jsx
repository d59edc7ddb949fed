export const generateStaticParams = () => [[], ["install"], ["install", "linux"]].map((path) => ({ path }));
export default async function Docs({ params }) {
  return <p>docs {((await params).path ?? []).join("/")}</p>;
}
