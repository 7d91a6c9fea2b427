// Sphinx's search, except that what it quotes of a page is text: no code, no links below exhibits, no drawings.
const textOfPage = Search.htmlToText;
Search.htmlToText = (html, anchor) => {
  const page = new DOMParser().parseFromString(html, "text/html");
  for (const part of page.querySelectorAll("details.code, pre, .exhibit-links, svg, main nav")) part.remove();
  for (const cell of page.querySelectorAll("td, th, dt, dd, p, li")) cell.append(" ");
  return textOfPage(page.documentElement.outerHTML, anchor).replace(/\s+/g, " ").trim();
};
document.addEventListener("DOMContentLoaded", () => document.querySelector("main input[name=q]").focus());
