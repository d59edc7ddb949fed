import { cacheLife } from "next/cache";
export const generateStaticParams = () => [{ id: "1" }, { id: "2" }];
async function item(id) {
  "use cache";
  cacheLife("hours");
  return "item " + id;
}
export default async function Item({ params }) {
  return <p>{await item((await params).id)}</p>;
}
