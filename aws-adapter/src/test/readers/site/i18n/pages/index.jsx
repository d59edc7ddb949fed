export const getStaticProps = () => ({ props: {}, revalidate: 3600 });
export default function Home() { return <p>home</p>; }
