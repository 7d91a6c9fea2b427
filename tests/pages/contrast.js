// Letters of drawings that stand out too little from what lies below them: [page, words, ratio].
(name) => {
  const channel = (value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
  const luminance = (colour) => {
    const [red, green, blue] = colour.match(/[\d.]+/g).map((part) => channel(part / 255));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const paper = getComputedStyle(document.documentElement).backgroundColor;
  const faint = [];
  for (const svg of document.querySelectorAll("svg.chart")) {
    if (!svg.getClientRects().length) continue; // the form for another width
    const shapes = [...svg.querySelectorAll("path")].filter((shape) => {
      const look = getComputedStyle(shape);
      return look.fill.startsWith("rgb") && look.fillOpacity > 0.5 && look.opacity > 0.5 && !shape.closest("defs");
    });
    for (const text of svg.querySelectorAll("text")) {
      const box = text.getBBox();
      const middle = new DOMPoint(box.x + box.width / 2, box.y + box.height / 2);
      if (text.transform.baseVal.numberOfItems) continue; // turned letters stand beside axes, on paper
      const below = shapes
        .filter((shape) => shape.compareDocumentPosition(text) & Node.DOCUMENT_POSITION_FOLLOWING)
        .filter((shape) => shape.isPointInFill(middle))
        .at(-1);
      const look = getComputedStyle(text);
      const rimmed = look.paintOrder.startsWith("stroke") && look.stroke.startsWith("rgb");
      const ground = rimmed ? look.stroke : below ? getComputedStyle(below).fill : paper;
      const [dark, light] = [luminance(ground), luminance(look.fill)].sort((a, b) => a - b);
      const ratio = (light + 0.05) / (dark + 0.05);
      if (ratio < 4.5) faint.push([name, text.textContent, Math.round(ratio * 100) / 100]);
    }
  }
  return faint;
};
