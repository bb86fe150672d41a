"""Writes Java stubs of the Android classes that examples/webview/hosts/android.kt uses.

Where there is no Android SDK, kotlinc can check the host against these. Their
signatures are Android's own: they come from the Python stubs in the package
chaquopy-stubs-android, which are generated from android.jar. Only methods between
these classes, texts, numbers and Java's own types are written.

    python3 android_stubs.py SITE_PACKAGES OUT_FOLDER

examples/webview/hosts/README.md has the whole way.
"""

import ast
import pathlib
import sys

# Each after the one it extends.
CLASSES = {
    "android.content": ["Context", "ContextWrapper", "Intent"],
    "android.view": ["ContextThemeWrapper", "View", "ViewGroup"],
    "android.widget": ["AbsoluteLayout"],
    "android.app": ["Activity"],
    "android.net": ["Uri"],
    "android.os": ["BaseBundle", "Bundle", "Handler", "Looper"],
    "android.webkit": [
        "JavascriptInterface", "RenderProcessGoneDetail", "ValueCallback", "WebResourceError",
        "WebResourceRequest", "WebSettings", "WebView", "WebViewClient",
    ],
    "org.json": ["JSONException", "JSONObject"],
}
KNOWN = {f"{package}.{name}" for package, names in CLASSES.items() for name in names}
INTERFACES = {"ValueCallback", "WebResourceRequest"}
PLAIN = {
    "None": "void", "bool": "boolean", "str": "String", "int": "int", "float": "double",
    "java.jint": "int", "java.jlong": "long", "java.jfloat": "float", "java.jdouble": "double",
    "java.jboolean": "boolean", "java.lang.Object": "Object", "java.lang.String": "String",
    "java.lang.Runnable": "Runnable",
}


def java_type(annotation, package):
    """The type as Java writes it, and whether it may be null; None for others."""
    parts = ast.unparse(annotation).split(" | ")
    is_nullable = len(parts) > 1 and "None" in parts
    parts = [part for part in parts if part != "None"] or parts
    # "int | java.jlong | java.lang.Long": Java's own name says more.
    exact = [part for part in parts if part.startswith("java.j")] or parts
    name = "java.lang.Object" if "java.lang.Object" in parts else exact[0]
    if name.startswith("ValueCallback["):
        return "ValueCallback<String>", is_nullable
    full = name if "." in name else f"{package}.{name}"
    found = PLAIN.get(name) or (full if full in KNOWN else None)
    return (found, is_nullable) if found else None


def method(node, package, name, is_interface):
    """A method or constructor, or None if it has types that are not here."""
    given = [arg for arg in node.args.posonlyargs + node.args.args if arg.arg != "self"]
    types = [java_type(arg.annotation, package) for arg in given]
    result = java_type(node.returns, package)
    if node.args.vararg or not result or not all(types):
        return None
    words = ", ".join(f"{kind[0]} a{at}" for at, kind in enumerate(types))
    if node.name == "__init__":
        throws = " throws JSONException" if package == "org.json" else ""
        return f"  public {name}({words}){throws} {{ throw null; }}"
    static = any(ast.unparse(word) == "staticmethod" for word in node.decorator_list)
    if is_interface:
        return f"  {result[0]} {node.name}({words});"
    null = "@org.jetbrains.annotations.Nullable " if result[1] else ""
    return f"  public {null}{'static ' * static}{result[0]} {node.name}({words}) {{ throw null; }}"


def stub(node, package):
    """A class as Java."""
    name = node.name
    if name == "JavascriptInterface":
        return f"package {package};\npublic @interface {name} {{}}\n"
    is_interface = name in INTERFACES
    lines = []
    for item in node.body:
        if isinstance(item, ast.FunctionDef):
            lines.append(method(item, package, name, is_interface))
        elif isinstance(item, ast.AnnAssign) and "[str]" in ast.unparse(item.annotation):
            lines.append(f'  public static final String {item.target.id} = "";')
    bases = [ast.unparse(base) for base in node.bases]
    bases = [base if "." in base else f"{package}.{base}" for base in bases]
    base = next((base for base in bases if base in KNOWN), None)
    if name == "JSONException":
        base = "Exception"
    # One that the stubs do not say, so that classes without any can be extended.
    if not is_interface and not any(f" {name}()" in line for line in lines if line):
        lines.append(f"  protected {name}() {{}}")
    kind = "interface" if is_interface else "class"
    generic = "<T>" if name == "ValueCallback" else ""
    extends = f" extends {base}" if base else ""
    body = "\n".join(dict.fromkeys(line for line in lines if line))
    return f"package {package};\npublic {kind} {name}{generic}{extends} {{\n{body}\n}}\n"


def main(site, out):
    for package, names in CLASSES.items():
        first, *rest = package.split(".")
        path = pathlib.Path(site, f"{first}-stubs", *rest, "__init__.pyi")
        nodes = {node.name: node for node in ast.parse(path.read_text()).body
                 if isinstance(node, ast.ClassDef)}
        for name in names:
            file = pathlib.Path(out, *package.split("."), f"{name}.java")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(stub(nodes[name], package))


if __name__ == "__main__":
    main(*sys.argv[1:3])
