import { version } from "../../../lib/cms";

export const dynamic = "force-static";
export const generateStaticParams = () => [{ id: "7" }, { id: "ö ö,(b)" }];

export default async function Product({ params }) {
  const { id } = await params;
  return <p>{await version("/product", { cache: "force-cache", next: { tags: [`product:${id}`] } })}</p>;
}
