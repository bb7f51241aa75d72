/** Each room in a tab of its own, which is found again: the page that one came from stays as it was. */

/** @param {string} url the way in @param {string} id of the room */
export function openRoom(url, id) {
  const tab = window.open('', `sangdam-${id}`);
  if (!tab) {
    location.assign(url);
    return;
  }
  // A tab that is in the room already must not load it anew.
  if (tab.location.href === 'about:blank') tab.location.replace(url);
  tab.focus();
}
