// Takes out of a page what repeats: drawings' insides, and rows, entries and words of code that hold nothing new;
// returns how many.
// Axe reads every element of a page in each run, so that twenty like rows cost twenty times one.
() => {
  const seen = new Set();
  const kinds = (part) =>
    [part, ...part.querySelectorAll("*")].map((one) => {
      const marks = [...one.attributes].map((a) => (a.name === "class" ? `.${a.value}` : a.name)).sort();
      return `${part.tagName} ${one.parentElement.tagName} ${one.tagName} ${marks}`;
    });
  let taken = 0;
  for (const part of document.querySelectorAll("tbody > tr, .claim-entry, nav li:not(:has(li)), pre > span")) {
    const all = kinds(part);
    if (part.previousElementSibling && all.every((kind) => seen.has(kind))) {
      part.remove();
      taken += 1;
    }
    all.forEach((kind) => seen.add(kind));
  }
  for (const svg of document.querySelectorAll("svg.chart")) svg.replaceChildren();
  return taken;
};
