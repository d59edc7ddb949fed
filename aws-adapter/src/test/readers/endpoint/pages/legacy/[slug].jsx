import { version } from "../../lib/cms";

export const getStaticPaths = () => ({ paths: ["/legacy/a"], fallback: "blocking" });
export const getStaticProps = async () => ({ props: { text: await version("/legacy") } });

export default function Legacy({ text }) {
  return <p>{text}</p>;
}
