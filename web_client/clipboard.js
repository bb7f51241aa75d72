/** Copying text, also where the page is not secure enough for the clipboard's interface. */

/**
 * To be called in the press itself: some browsers forget it while the text is still on its way.
 * @param {Promise<string>} text
 * @returns {Promise<boolean>} whether it is on the clipboard now; rejects where there is no text
 */
export async function copy(text) {
  try {
    const blob = text.then((words) => new Blob([words], { type: 'text/plain' }));
    await navigator.clipboard.write([new ClipboardItem({ 'text/plain': blob })]);
    return true;
  } catch {
    return copySelected(await text);
  }
}

/** The way of before: select it, then ask the document. @param {string} text */
function copySelected(text) {
  const area = document.createElement('textarea');
  area.value = text;
  area.className = 'offscreen';
  document.body.append(area);
  area.select();
  const done = document.execCommand('copy');
  area.remove();
  return done;
}
