const local = { wrapper: "node", converter: "node", incrementalCache: "fs-dev", tagCache: "dummy", queue: "dummy" };

export default { default: { override: local } };
