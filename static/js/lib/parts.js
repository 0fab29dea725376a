/**
 * Find elements by their data attributes: `data-part` and `data-template`. Scripts never use class names for this.
 *
 * @typedef {{root: HTMLElement, onRender: () => void}} Container
 *   `root` is the element in which a room is currently rendered; `onRender` updates other elements that show the room
 */

/**
 * @param {ParentNode} root @param {string} name
 * @returns {HTMLElement} the first part with that name; throws an error if the page has none
 */
export function part(root, name) {
  const found = maybePart(root, name);
  if (!found) throw new Error(`The page has no part ${name}`);
  return found;
}

/** @param {ParentNode} root @param {string} name @returns {HTMLElement | null} */
export function maybePart(root, name) {
  return root.querySelector(`[data-part="${name}"]`);
}

/** @param {ParentNode} root @param {string} name @returns {HTMLElement[]} */
export function parts(root, name) {
  return [...root.querySelectorAll(`[data-part="${name}"]`)].filter((each) => each instanceof HTMLElement);
}

/** @param {ParentNode} root @param {string} name @returns {HTMLDialogElement} */
export function dialog(root, name) {
  return /** @type {HTMLDialogElement} */ (part(root, name));
}

/** @param {ParentNode} root @param {string} name @param {string} text */
export function setText(root, name, text) {
  for (const element of parts(root, name)) if (element.textContent !== text) element.textContent = text;
}

/** @param {ParentNode} root @param {string} name of a template @returns {HTMLElement} */
export function cloneTemplate(root, name) {
  const template = root.querySelector(`template[data-template="${name}"]`);
  const first = template instanceof HTMLTemplateElement && template.content.firstElementChild;
  if (!first) throw new Error(`The page has no template ${name}`);
  return /** @type {HTMLElement} */ (document.importNode(first, true));
}

/** @param {Element} element @param {string} name @param {string | boolean | null} value true sets "", false and null remove it */
export function setData(element, name, value) {
  const attribute = `data-${name}`;
  if (value === false || value === null) {
    if (element.hasAttribute(attribute)) element.removeAttribute(attribute);
    return;
  }
  const text = value === true ? "" : value;
  if (element.getAttribute(attribute) !== text) element.setAttribute(attribute, text);
}
