export const getStaticPaths = () => ({ paths: [], fallback: "blocking" });
export const getStaticProps = ({ params }) => ({ props: { slug: params.slug }, revalidate: 3600 });
export default function Slug({ slug }) { return <p>legacy {slug}</p>; }
