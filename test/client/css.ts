import { register } from 'node:module';

// Vite turns a CSS module into an object of class names. In tests every name is its own, and plain CSS is nothing.
const hooks = `
  export async function resolve(specifier, context, next) {
    if (!specifier.endsWith('.css')) return next(specifier, context);
    return { url: new URL(specifier, context.parentURL).href, shortCircuit: true };
  }
  export async function load(url, context, next) {
    if (!url.endsWith('.css')) return next(url, context);
    const source = 'export default new Proxy({}, { get: (_, name) => String(name) });';
    return { format: 'module', source, shortCircuit: true };
  }`;

register(`data:text/javascript,${encodeURIComponent(hooks)}`);
