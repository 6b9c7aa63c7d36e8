/// The style sheet of a page.
enum PageStyle {
  /// The rules; plots take their colours from its variables.
  static let sheet: String = {
    func series(_ colors: [String]) -> String {
      colors.enumerated().map { "--series-\($0.offset):\($0.element);" }.joined()
    }
    return """
      :root{color-scheme:light dark;--page:#fff;--ink:#1c1c1e;--soft:#5a5a60;--axis:#8a8a90;--grid:#e6e6ea;--panel:#f6f6f8;\
      --link:#0b5cad;\(series(PlotStyle.colors))}
      @media (prefers-color-scheme:dark){:root{--page:#17181b;--ink:#ececf0;--soft:#a9a9b2;--axis:#77777f;--grid:#2e2f35;\
      --panel:#202126;--link:#7db8f0;\(series(PlotStyle.darkColors))}}
      body{margin:0;background:var(--page);color:var(--ink);\
      font:16px/1.5 system-ui,"Segoe UI",Roboto,"Liberation Sans",Arial,sans-serif}
      main{max-width:1200px;margin:0 auto;padding:32px 24px 64px}
      h1{font-size:28px;line-height:1.2;margin:0 0 12px}
      h2{font-size:19px;margin:40px 0 8px;padding-top:12px;border-top:1px solid var(--grid)}
      h3{font-size:14px;margin:0 0 4px}
      h1,h3,p,figcaption{overflow-wrap:anywhere}
      a{color:var(--link)}
      p{max-width:72ch;margin:8px 0 16px}
      figure{margin:12px 0 20px}
      figcaption{color:var(--soft);font-size:14px;max-width:80ch;margin-top:6px}
      .row{display:flex;flex-wrap:wrap;gap:16px 20px;align-items:flex-start}
      .item,.scroll{max-width:100%;overflow-x:auto}
      .item svg{display:block;max-width:100%;height:auto}
      .groups{display:flex;flex-wrap:wrap;gap:16px 32px;align-items:flex-start}
      .group{max-width:100%}
      .group .row{gap:8px 12px}
      .beside{display:grid;grid-template-columns:auto 1fr;gap:16px 24px;align-items:start}
      .reference{position:sticky;top:12px}
      .picture{margin:0;max-width:100%}
      .picture figcaption{font-size:13px;margin-top:2px}
      .picture svg,.picture img{display:block;max-width:100%;height:auto}
      .picture img{image-rendering:pixelated;outline:1px solid var(--grid)}
      table{border-collapse:collapse;font-size:14px;font-variant-numeric:tabular-nums}
      th,td{padding:6px 10px;text-align:left;border-bottom:1px solid var(--grid);white-space:nowrap}
      th{color:var(--soft);font-weight:600;border-bottom:2px solid var(--axis)}
      th.number,td.number{text-align:right}
      td:not(.number):last-child{white-space:normal;min-width:24ch}
      tbody tr:hover{background:var(--panel)}
      .plot .halo{paint-order:stroke;stroke:var(--page);stroke-width:3px}
      @media (max-width:720px){main{padding:20px 16px 48px}h1{font-size:22px}.beside{grid-template-columns:1fr}.reference{position:static}\
      th,td{padding:5px 8px}td:first-child{white-space:normal;overflow-wrap:anywhere;min-width:12ch;max-width:40vw}.group .picture:has(img){max-width:calc(50% - 6px)}.group .picture img{image-rendering:auto}}
      @media print{:root{--page:#fff;--ink:#000;--soft:#444;--axis:#777;--grid:#ddd;--panel:#fff;--link:#000;\
      \(series(PlotStyle.colors))}main{max-width:none;padding:0}.reference{position:static}figure,.item,tr{break-inside:avoid}\
      h2{break-after:avoid}figure:has(table),figure:has(.group){break-inside:auto}}
      """
  }()
}
