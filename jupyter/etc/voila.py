"""How Voilà shows this collection: as jupyter_config.py beside it says, and from the same root."""

c = get_config()  # noqa: F821  (Voilà puts these names here)
load_subconfig("jupyter_config.py")  # noqa: F821

if "root_dir" in c.ServerApp:  # in a copy of the collection
    c.Voila.root_dir = c.ServerApp.root_dir
    c.Voila.kernel_websocket_connection_class = c.ServerApp.kernel_websocket_connection_class
    c.VoilaConfiguration.template = "lstm_teach"  # see ../share
    # One of Notebook's needs what Voilà's page does not have.
    c.VoilaConfiguration.extension_denylist = ["@jupyter-notebook/lab-extension"]
