// Jest on Node 20 cannot require an ES module: ES modules of node_modules become CommonJS, all other files stay as they are.
const { createHash } = require('node:crypto');
const swc = require('@swc/core');

const looksLikeEsm = /^\s*(?:import\s*[\w{*'"]|export\s*[\w{*]|export\s+default)|\bimport\.meta\b/m;

module.exports = {
  getCacheKey: (source, file) =>
    createHash('sha256').update(source).update(file).update(swc.version).digest('hex').slice(0, 32),
  process: (source, file) =>
    looksLikeEsm.test(source)
      ? swc.transformSync(source, {
          filename: file,
          swcrc: false,
          configFile: false,
          isModule: 'unknown',
          jsc: { parser: { syntax: 'ecmascript' }, target: 'es2022' },
          module: { type: 'commonjs' },
        })
      : { code: source },
};
