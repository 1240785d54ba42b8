/** The style of a document, light, dark and on paper. Nothing is fetched: fonts are those of the reader's system. */
export const style = `
:root{color-scheme:light dark;--page:#fff;--text:#1b1f24;--soft:#57606a;--line:#d0d7de;--tint:#f6f8fa;--link:#0550ae;
--decided:#0a5c2b;--decided-tint:#dafbe1;--assumed:#744500;--assumed-tint:#fff3cd;--observed:#0a4a8f;--observed-tint:#ddf0ff;
--drift:#9a1224;--drift-tint:#ffebe9;--box:#fff;--edge:#57606a}
@media (prefers-color-scheme:dark){:root{--page:#0f1318;--text:#e3e8ee;--soft:#9aa5b1;--line:#343c46;--tint:#181e25;
--link:#79b8ff;--decided:#7ee2a0;--decided-tint:#0f2e1b;--assumed:#f2cc60;--assumed-tint:#33270a;--observed:#8cc8ff;
--observed-tint:#0c2740;--drift:#ff9c95;--drift-tint:#3d1114;--box:#1c232b;--edge:#9aa5b1}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--text);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,
"Helvetica Neue",Arial,"Noto Sans",sans-serif}
a{color:var(--link)}
.skip{position:absolute;left:-999px}
.skip:focus{left:1rem;top:1rem;background:var(--page);padding:.5rem 1rem;border:2px solid var(--link)}
.frame{display:grid;grid-template-columns:17rem minmax(0,1fr);max-width:84rem;margin:0 auto}
nav{position:sticky;top:0;align-self:start;max-height:100vh;overflow:auto;padding:2rem 1.25rem;font-size:.875rem}
nav h2{margin:0 0 .5rem;font-size:.8125rem;color:var(--soft);font-weight:600}
nav ol{list-style:none;margin:0;padding:0}
nav a{display:block;padding:.3rem .5rem;border-radius:6px;text-decoration:none;color:var(--text)}
nav a:hover{background:var(--tint)}
main{padding:2rem 2rem 5rem;min-width:0;border-left:1px solid var(--line)}
main:only-child{grid-column:1/-1;border:0}
h1{font-size:1.75rem;line-height:1.25;margin:0 0 .25rem;letter-spacing:-.01em}
h2{font-size:1.3rem;margin:3rem 0 1rem;padding-bottom:.35rem;border-bottom:1px solid var(--line)}
h3{font-size:1.05rem;margin:2rem 0 .5rem}
.revision{color:var(--soft);margin:0 0 1.5rem;font-size:.9375rem}
p{margin:.75rem 0;max-width:46rem}
ul,ol{padding-left:1.5rem}
li{margin:.5rem 0;max-width:50rem}
code{font:.875em/1.4 ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace;background:var(--tint);
padding:.1em .3em;border-radius:4px;overflow-wrap:anywhere}
.from{display:block;font-size:.8125rem;color:var(--soft)}
.kind{display:inline-block;font-size:.75rem;font-weight:600;padding:0 .45em;border-radius:4px;margin-right:.35em}
.decided{color:var(--decided);background:var(--decided-tint)}
.assumed{color:var(--assumed);background:var(--assumed-tint)}
.observed{color:var(--observed);background:var(--observed-tint)}
.drift{display:block;margin-top:.35rem;padding:.4rem .65rem;border-left:4px solid var(--drift);background:var(--drift-tint);
color:var(--text);font-size:.875rem}
.drift b{color:var(--drift)}
.wide{overflow-x:auto;margin:1rem 0}
table{border-collapse:collapse;width:100%;font-size:.875rem}
caption{text-align:left;font-weight:600;padding:.35rem 0;font-size:.9375rem}
th,td{text-align:left;vertical-align:top;padding:.45rem .6rem;border-bottom:1px solid var(--line)}
thead th{color:var(--soft);font-weight:600;border-bottom-width:2px;white-space:nowrap}
tbody th{font-weight:600}
td code,th code{overflow-wrap:break-word;white-space:nowrap}td code.long{white-space:normal;overflow-wrap:anywhere}
td .from{min-width:9rem}
figure{margin:1.25rem 0}
figcaption{font-size:.875rem;color:var(--soft);max-width:46rem}
figure svg{display:block;max-width:100%;height:auto;font-family:system-ui,-apple-system,"Segoe UI",Roboto,Arial,sans-serif}
svg .box{fill:var(--box);stroke:var(--edge)}
svg .gate{fill:var(--observed-tint);stroke:var(--observed)}
svg .decision{fill:var(--assumed-tint);stroke:var(--assumed)}
svg .lane{fill:var(--tint);stroke:none}
svg .arrow{fill:none;stroke:var(--edge)}
svg .plain{stroke-dasharray:5 4}
svg .tip{fill:var(--edge)}
svg text{fill:var(--text);font-size:13px}
svg .small{font-size:11px;fill:var(--soft)}
svg .halo{stroke:var(--page);stroke-width:4px;paint-order:stroke}
@media (max-width:60rem){.frame{display:block}nav{position:static;max-height:none;padding:1rem 2rem 0}main{border:0;padding:1rem}}
@media print{:root{color-scheme:light;--page:#fff;--text:#000;--soft:#444;--line:#bbb;--tint:#f4f4f4;--link:#000;
--decided:#0a5c2b;--decided-tint:#eefaf1;--assumed:#744500;--assumed-tint:#fff8e0;--observed:#0a4a8f;
--observed-tint:#eef6ff;--drift:#9a1224;--drift-tint:#fff1f0;--box:#fff;--edge:#555}
@page{size:A4;margin:16mm 14mm}
body{font-size:10pt}.frame{display:block}main{border:0;padding:0}.skip{display:none}
nav{position:static;max-height:none;overflow:visible;padding:0 0 1rem}nav ol{columns:2}nav a{padding:.1rem 0}
h1{font-size:18pt}h2{font-size:14pt;margin-top:1.5rem;break-after:avoid}h3{break-after:avoid}
li,tr,figure{break-inside:avoid}thead{display:table-header-group}.wide{overflow:visible}
table{font-size:8pt}th,td{padding:.3rem .4rem}thead th{white-space:normal}td .from{min-width:0}
td .from,td .drift{font-size:7pt}td code,th code{white-space:normal;overflow-wrap:anywhere}.from{font-size:8.5pt}
.revision,figcaption{font-size:9pt}p,li{max-width:none}}
`;
