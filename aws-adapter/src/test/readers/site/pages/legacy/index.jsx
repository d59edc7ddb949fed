export const getStaticProps = () => ({ props: {}, revalidate: 3600 });
export default function Legacy() { return <p>legacy</p>; }
