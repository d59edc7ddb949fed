// The variant comes from the test, and page-tags.mjs from Purgewise.
import { pageTags } from "./page-tags.mjs";

const variants = {
  plain: {},
  base: { basePath: "/shop", trailingSlash: true },
  i18n: { i18n: { locales: ["en", "fr", "de-CH"], defaultLocale: "en" } },
  cached: { cacheComponents: true },
};

export default { ...variants[process.env.VARIANT], headers: async () => pageTags };
