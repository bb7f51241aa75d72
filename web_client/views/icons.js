/** The few signs that the pages use, drawn as strokes on a 24 by 24 grid. */

/** @type {Record<string, string[]>} */
const PATHS = {
  mic: ['M12 3a3 3 0 0 0-3 3v5a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3Z', 'M5.5 11a6.5 6.5 0 0 0 13 0', 'M12 17.5V21'],
  'mic-off': ['M9 9v2a3 3 0 0 0 4.6 2.5', 'M15 10V6a3 3 0 0 0-5.9-.8', 'M5.5 11a6.5 6.5 0 0 0 10.3 5.3', 'M18.5 11c0 1-.2 1.8-.6 2.6', 'M12 17.5V21', 'M4 4l16 16'],
  camera: ['M4 7h9a2 2 0 0 1 2 2v6a2 2 0 0 1-2 2H4a1 1 0 0 1-1-1V8a1 1 0 0 1 1-1Z', 'M15 11l6-3.5v9L15 13'],
  'camera-off': ['M15 13.5V9a2 2 0 0 0-2-2H9', 'M5 7H4a1 1 0 0 0-1 1v8a1 1 0 0 0 1 1h9a2 2 0 0 0 1.7-1', 'M15 11l6-3.5v9l-4-2.3', 'M4 4l16 16'],
  share: ['M4 5h16a1 1 0 0 1 1 1v10a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1Z', 'M9 21h6', 'M12 14V8.5', 'M9.5 10.5 12 8l2.5 2.5'],
  captions: ['M4 5h16a1 1 0 0 1 1 1v12a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1Z', 'M7 15h6', 'M16 15h1', 'M7 11.5h2', 'M12 11.5h5'],
  transcript: ['M6 3h9l4 4v13a1 1 0 0 1-1 1H6a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1Z', 'M9 11h6', 'M9 14.5h6', 'M9 18h3'],
  more: ['M5 12a1 1 0 1 0 2 0 1 1 0 0 0-2 0', 'M11 12a1 1 0 1 0 2 0 1 1 0 0 0-2 0', 'M17 12a1 1 0 1 0 2 0 1 1 0 0 0-2 0'],
  turn: ['M4 12a8 8 0 0 1 13.5-5.8L20 8.5', 'M20 4v4.5h-4.5', 'M20 12a8 8 0 0 1-13.5 5.8L4 15.5', 'M4 20v-4.5h4.5'],
  float: ['M4 5h16a1 1 0 0 1 1 1v12a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1Z', 'M13 12.5h5v3.5h-5Z'],
  enlarge: ['M14 4h6v6', 'M20 4l-7 7', 'M10 20H4v-6', 'M4 20l7-7'],
  shrink: ['M20 10h-6V4', 'M14 10l6-6', 'M4 14h6v6', 'M10 14l-6 6'],
  leave: ['M3.5 14.5c4.7-4.3 12.3-4.3 17 0l-1.6 2.7-3.7-1.3V13', 'M3.5 14.5l1.6 2.7 3.7-1.3V13'],
  link: ['M10 14a4 4 0 0 0 6 .4l3-3a4 4 0 0 0-5.7-5.7L12 7', 'M14 10a4 4 0 0 0-6-.4l-3 3a4 4 0 0 0 5.7 5.7L12 17'],
  qr: ['M4 4h6v6H4Z', 'M14 4h6v6h-6Z', 'M4 14h6v6H4Z', 'M14 14h2v2h-2Z', 'M18 18h2v2h-2Z', 'M18 14h2', 'M14 18v2'],
  enter: ['M14 4h5a1 1 0 0 1 1 1v14a1 1 0 0 1-1 1h-5', 'M4 12h11', 'M11 8l4 4-4 4'],
  check: ['M5 12.5l4.5 4.5L19 7.5'],
  warning: ['M12 4 2.8 19.5h18.4Z', 'M12 10v4.5', 'M12 17v.2'],
  close: ['M6 6l12 12', 'M18 6 6 18'],
  plus: ['M12 5v14', 'M5 12h14'],
  upload: ['M12 16V5', 'M8 9l4-4 4 4', 'M4 16v3a1 1 0 0 0 1 1h14a1 1 0 0 0 1-1v-3'],
  download: ['M12 5v11', 'M8 12l4 4 4-4', 'M4 19h16'],
  down: ['M12 5v13', 'M6.5 12.5 12 18l5.5-5.5'],
  people: ['M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7Z', 'M2.5 20c.5-4 3-6 6.5-6s6 2 6.5 6', 'M16 4.5a3.5 3.5 0 0 1 0 6.3', 'M18 14.5c2 .8 3.2 2.6 3.5 5.5'],
  globe: ['M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Z', 'M3 12h18', 'M12 3c5 5 5 13 0 18', 'M12 3c-5 5-5 13 0 18'],
  sound: ['M4 10v4h3.5L12 18V6L7.5 10Z', 'M15.5 9a4 4 0 0 1 0 6', 'M18 6.5a8 8 0 0 1 0 11'],
  listen: ['M4 14v-2a8 8 0 0 1 16 0v2', 'M4 14h3v6H5.5A1.5 1.5 0 0 1 4 18.5Z', 'M20 14h-3v6h1.5a1.5 1.5 0 0 0 1.5-1.5Z'],
  flip: ['M4 8h14', 'M14.5 4.5 18 8l-3.5 3.5', 'M20 16H6', 'M9.5 12.5 6 16l3.5 3.5'],
  edit: ['M4 20l1-4L16 5l3 3L8 19Z', 'M13.5 7.5l3 3'],
  glossary: ['M5 4h9a3 3 0 0 1 3 3v13H8a3 3 0 0 1-3-3Z', 'M17 17H8a3 3 0 0 0-3 3', 'M9 8.5h4', 'M9 12h4'],
'weak-network': ['M3 9.5a13 13 0 0 1 4.5-2.8', 'M11.5 5.6A13 13 0 0 1 21 9.5', 'M6.5 13.3a8 8 0 0 1 4-2.1', 'M15.5 12a8 8 0 0 1 2 1.3', 'M12 18v.2', 'M4 3l16 18'],
  undo: ['M9 14 4 9l5-5', 'M4 9h10.5a5.5 5.5 0 0 1 0 11H11'],
  redo: ['M15 14l5-5-5-5', 'M20 9H9.5a5.5 5.5 0 0 0 0 11H13'],
  help: ['M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Z', 'M9.5 9.5a2.5 2.5 0 1 1 3.6 2.2c-.7.4-1.1 1-1.1 1.8', 'M12 16.7v.2'],
  bell: ['M6 16V11a6 6 0 0 1 12 0v5l1.5 2h-15Z', 'M10 20.5a2 2 0 0 0 4 0'],
  write: ['M4 5h16a1 1 0 0 1 1 1v10a1 1 0 0 1-1 1h-9l-4 3v-3H4a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1Z', 'M8 9.5h8', 'M8 12.5h5'],
  clock: ['M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Z', 'M12 7.5V12l3 2'],
  arrow: ['M5 12h14', 'M14 7l5 5-5 5'],
};

const SVG = 'http://www.w3.org/2000/svg';

/**
 * @param {string} name
 * @returns {SVGSVGElement} hidden from screen readers: the control beside it has the name
 */
export function icon(name) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  for (const d of PATHS[name] ?? []) {
    const path = document.createElementNS(SVG, 'path');
    path.setAttribute('d', d);
    svg.append(path);
  }
  return svg;
}
