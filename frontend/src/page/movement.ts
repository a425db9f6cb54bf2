// The script that the page of a movement has besides that of every page: its picture, and printing it.
import { startFigure } from "./figure_motion.ts";
import { startPrintButton } from "./print_button.ts";

const starts = { figure: startFigure, print: startPrintButton };
for (const [name, start] of Object.entries(starts)) {
  for (const element of document.querySelectorAll<HTMLElement>(`[data-component="${name}"]`)) start(element);
}
