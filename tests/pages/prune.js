// Takes out of a page what repeats, and returns how many: drawings' insides, and rows, entries and words of code
// that hold nothing new; for `looks` alone, also all else of which two like ones stand in like places already.
// Axe reads every element of a page in each run, so that twenty like rows cost twenty times one.
(looks) => {
  const kind = (one) => {
    const marks = [...one.attributes].map((a) => (a.name === "class" ? `.${a.value}` : a.name)).sort();
    return `${one.tagName} ${marks}`;
  };
  const inside = (part) => [part, ...part.querySelectorAll("*")].map((one) => `${one.parentElement.tagName} ${kind(one)}`);
  const remove = (parts, repeats) => {
    let taken = 0;
    for (const part of parts) {
      if (!part.isConnected || !repeats(part)) continue;
      part.remove();
      taken += 1;
    }
    return taken;
  };
  for (const svg of document.querySelectorAll("svg.chart")) svg.replaceChildren();
  if (looks) {
    const count = new Map();
    return remove(document.body.querySelectorAll("*"), (part) => {
      let place = "";
      for (let above = part.parentElement; above; above = above.parentElement) place += ` < ${kind(above)}`;
      const look = inside(part).join() + place;
      count.set(look, (count.get(look) ?? 0) + 1);
      return count.get(look) > 2;
    });
  }
  const seen = new Set();
  return remove(document.querySelectorAll("tbody > tr, .claim-entry, nav li:not(:has(li)), pre > span"), (part) => {
    const all = inside(part).map((one) => `${part.tagName} ${one}`);
    const known = part.previousElementSibling && all.every((one) => seen.has(one));
    all.forEach((one) => seen.add(one));
    return known;
  });
};
