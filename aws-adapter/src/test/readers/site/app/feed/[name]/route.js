export const dynamic = "force-static";
export const generateStaticParams = () => [{ name: "news.xml" }];
export const GET = async (request, { params }) => new Response((await params).name);
