export const revalidate = 3600;
export const generateStaticParams = () => ["1", "2", "café", "a+b", "x,y", "UPPER"].map((id) => ({ id }));
export default async function Product({ params }) {
  return <p>product {(await params).id}</p>;
}
